#!/usr/bin/env bash
# What `make demo`, `make dev`, `make test`, `make check` and `make bench` do, step by step.
set -euo pipefail
cd "$(dirname "$0")/.."
HOST=${HOST:-127.0.0.1}
PORT=${PORT:-8000}
export CAMPUS_ENV=local
python=.venv/bin/python
FIRST_HALF="tests/accounts tests/campus tests/enrolments tests/mailing"
SECOND_HALF="tests/catalogue tests/pages tests/trainers"

say() { printf '→ %s\n' "$*"; }
fail() { printf 'Erreur : %s\n' "$*" >&2; exit 1; }

find_python() {
    local candidate
    for candidate in python3 python3.13 python3.12 python3.11 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "il faut Python 3.11 ou plus récent : installez-le, puis recommencez."
}

install() {
    local stamp=.venv/installed wanted base
    wanted=$(cksum requirements.lock)
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && [ -x "$python" ] && return
    base=$(find_python)
    say "Installation des bibliothèques (requirements.lock)…"
    rm -rf .venv
    if command -v uv >/dev/null; then
        uv venv -q --python "$base" .venv
        uv pip install -q --python "$python" --require-hashes -r requirements.lock \
            || fail "l'installation a échoué : vérifiez le réseau, puis recommencez."
    else
        "$base" -m venv .venv || fail "le module venv de Python manque (Debian : apt install python3-venv)."
        "$python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock \
            || fail "l'installation a échoué : vérifiez le réseau, puis recommencez."
    fi
    echo "$wanted" >"$stamp"
}

check_port() {
    "$python" - "$HOST" "$PORT" <<'PY' || fail "le port $PORT est déjà pris : PORT=8001 make $1"
import socket, sys
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((sys.argv[1], int(sys.argv[2])))
    except OSError:
        sys.exit(1)
PY
}

prepare() {
    say "Système de design de l'État…"
    "$python" manage.py build_assets
    say "Base de données…"
    "$python" manage.py migrate -v 0
}

load_demo() {
    say "Campus de démonstration…"
    "$python" manage.py load_demo
    "$python" manage.py load_demo_programme_requests
    "$python" manage.py load_demo_partners
    "$python" manage.py load_demo_trainers
    "$python" manage.py load_demo_enrolments
}

collect_static() {
    # Compressing takes seconds: only when a file, or a library, has changed.
    local stamp=var/static/.collected wanted
    wanted=$(find static var/assets requirements.lock campus/settings.py -type f -print0 | sort -z | xargs -0 cksum | cksum)
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
    "$python" manage.py collectstatic --noinput -v 0
    echo "$wanted" >"$stamp"
}

start_worker() {
    # It ends with the server, which takes this process's place.
    "$python" manage.py run_worker --until-parent-ends &
    say "À côté du site, un facteur envoie les courriels : http://$HOST:$PORT/demo/courriels/"
}

serve_demo() {
    say "Fichiers statiques…"
    collect_static
    say "Le campus est ouvert : http://$HOST:$PORT — équipe : equipe@exemple.gouv.fr, agents : agent001@exemple.gouv.fr…"
    start_worker
    say "Connexion en un clic : http://$HOST:$PORT/connexion/ — arrêt : Ctrl+C"
    exec .venv/bin/gunicorn campus.wsgi --bind "$HOST:$PORT" --workers 2 --threads 4 --no-control-socket \
        --log-level warning
}

test_in_two() {
    # Two halves that last about as long, each with its own database: twice as fast on two cores, and each stays in order.
    # What is in neither would not be tested: tests/campus/test_halves.py holds that all is.
    local status=0 log=var/second-half.log
    TOX_PARALLEL_ENV=second "$python" -m pytest "$@" $SECOND_HALF >"$log" 2>&1 &
    trap 'kill $! 2>/dev/null' EXIT
    "$python" -m pytest "$@" $FIRST_HALF || status=$?
    say "Seconde moitié :"
    wait $! || status=$?
    trap - EXIT  # nothing is left to kill, and a kill that fails would be the status of the whole
    cat "$log"
    return "$status"
}

say_address() {
    # What links in e-mails begin with.
    export CAMPUS_SITE_URL=${CAMPUS_SITE_URL:-http://${HOST/0.0.0.0/127.0.0.1}:$PORT}
}

install
case "$1" in
    demo)
        say_address
        export CAMPUS_DEMO=1 ALLOWED_HOSTS="$HOST,localhost,127.0.0.1"
        check_port demo; prepare; load_demo; serve_demo ;;
    dev)
        say_address
        export CAMPUS_DEMO=1 CAMPUS_DEBUG=1
        check_port dev; prepare; load_demo; start_worker
        exec "$python" manage.py runserver "$HOST:$PORT" ;;
    test)
        say "Système de design de l'État…"
        "$python" manage.py build_assets
        collect_static
        if [ "${BROWSER:-1}" = 0 ]; then
            say "Sans les tests de navigateur (BROWSER=0)."
            test_in_two -m "not browser"
        else
            test_in_two
        fi ;;
    bench)
        export CAMPUS_DEMO=1 ALLOWED_HOSTS=127.0.0.1
        prepare; load_demo
        collect_static
        "$python" -m bench.pages
        "$python" -m bench.growth
        "$python" -m bench.enrolments
        "$python" -m bench.licences
        DJANGO_SETTINGS_MODULE=campus.settings "$python" -m bench.applications
        DJANGO_SETTINGS_MODULE=campus.settings "$python" -m bench.students
        DJANGO_SETTINGS_MODULE=campus.settings exec "$python" -m bench.imports ;;
    check)
        "$python" manage.py build_assets
        "$python" -m ruff check .
        "$python" -m ruff format --check .
        "$python" manage.py makemigrations --check --dry-run
        CAMPUS_ENV=production SECRET_KEY=$(printf 'check-only-%.0s' 1 2 3 4 5 6) ALLOWED_HOSTS=example.org \
            DATABASE_URL=postgresql://nobody@localhost/none "$python" manage.py check --deploy --fail-level WARNING
        .venv/bin/djlint templates --lint --quiet ;;
esac
