"""A real OpenID provider on loopback (idpyoidc, https://github.com/IdentityPython/idpy-oidc), set up as ProConnect is.

Discovery, keys, code flow with PKCE, signed userinfo, end of session: all is the library's, over HTTP. Here are only its
configuration, the page where one says who one is, and `tampered`, through which a test alters what the provider answers.

By hand: `python -m tests.accounts.provider http://127.0.0.1:8000`.
"""

import json
import sys
from html import escape
from http.cookies import SimpleCookie
from socketserver import ThreadingMixIn
from threading import Thread
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from cryptojwt.jws.jws import JWS
from cryptojwt.jws.jws import factory as read_jws
from idpyoidc.message.oidc import AuthorizationRequest
from idpyoidc.server import Server
from idpyoidc.server.configure import OPConfiguration
from idpyoidc.server.cookie_handler import CookieHandler
from idpyoidc.server.user_authn.user import UserAuthnMethod, create_signed_jwt

CLIENT_ID, CLIENT_SECRET = "campus-of-the-tests", "a secret of thirty-two characters"
SCOPES = ["given_name", "usual_name", "email", "uid", "siret", "idp_id", "belonging_population"]
PAGE = """<!doctype html><html lang="fr"><title>Fournisseur d'essai</title><h1>Fournisseur d'identité d'essai</h1>
<form method="post" action="/login"><input type="hidden" name="token" value="{token}">
<p><label>Qui êtes-vous ? <input name="person" list="people"></label>
<datalist id="people">{people}</datalist></p>
<p><button>Continuer</button> <button name="refuse" value="oui">Refuser</button></p></form></html>"""


class AskWho(UserAuthnMethod):
    """One says who one is, and is believed."""

    def __init__(self, people, upstream_get=None):
        super().__init__(upstream_get=upstream_get)
        self.people = people

    def __call__(self, **kwargs):
        token = create_signed_jwt(
            self.upstream_get("context").issuer, self.upstream_get("attribute", "keyjar"), **kwargs
        )
        options = "".join(f"<option>{escape(name)}</option>" for name in self.people)
        return PAGE.format(token=token, people=options)


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args):
        pass


class ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Provider:
    """`people`: claims by name, filled by tests. `tampered`: by path, what becomes of the text of an answer.

    `seen`: the addresses asked for, with their parameters.
    """

    def __init__(self, port=0):
        self.people, self.tampered, self.seen = {}, {}, []
        self._http = make_server("127.0.0.1", port, self._answer, ThreadingServer, QuietHandler)
        self.issuer = f"http://127.0.0.1:{self._http.server_port}"
        self._server = self._configured()
        self.context = self._server.context

    def __enter__(self):
        Thread(target=self._http.serve_forever, daemon=True, kwargs={"poll_interval": 0.05}).start()
        return self

    def __exit__(self, *_exception):
        self.stop()

    def stop(self):
        self._http.shutdown()
        self._http.server_close()

    def register(self, site):
        """Know the campus at `site` (« http://127.0.0.1:8000 ») as a client."""
        self.context.cdb[CLIENT_ID] = {
            "client_secret": CLIENT_SECRET,
            "redirect_uris": [(f"{site}/connexion/proconnect/retour/", {})],
            "post_logout_redirect_uri": [(f"{site}/deconnexion/proconnect/retour/", {})],
            "token_endpoint_auth_method": "client_secret_post",
            "response_types_supported": ["code"],
            "id_token_signed_response_alg": "RS256",
            "userinfo_signed_response_alg": "RS256",
            "allowed_scopes": ["openid", *SCOPES],
        }
        self.context.keyjar.add_symmetric(CLIENT_ID, CLIENT_SECRET)

    def signed_again(self, token, **changes):
        """A token of this provider with other claims, under a signature as good. None takes a claim away."""
        claims = {**read_jws(token).jwt.payload(), **changes}
        kept = {name: value for name, value in claims.items() if value is not None}
        return JWS(json.dumps(kept), alg="RS256").sign_compact(self.context.keyjar.get_signing_key("RSA"))

    def with_id_token(self, **changes):
        """For `tampered["/token"]`: an id_token with other claims."""

        def alter(text):
            answer = json.loads(text)
            return json.dumps({**answer, "id_token": self.signed_again(answer["id_token"], **changes)})

        return alter

    def _configured(self):
        endpoints = {
            "provider_config": (".well-known/openid-configuration", "oidc.provider_config.ProviderConfiguration", {}),
            "authorization": ("authorize", "oidc.authorization.Authorization", {}),
            "token": ("token", "oidc.token.Token", {"client_authn_method": ["client_secret_post"]}),
            "userinfo": ("userinfo", "oidc.userinfo.UserInfo", {"client_authn_method": ["bearer_header"]}),
            "session": (
                "session/end",
                "oidc.session.Session",
                {
                    "signing_alg": "RS256",
                    "logout_verify_url": f"{self.issuer}/session/verify",
                    "post_logout_uri_path": "bye",
                },
            ),
        }
        crypt = {"kwargs": {"keys": {"key_defs": [{"type": "OCT", "use": ["enc"], "kid": "password"}]}}}
        configuration = {
            "issuer": self.issuer,
            "keys": {
                "uri_path": "jwks",
                "key_defs": [{"type": "RSA", "use": ["sig"]}, {"type": "EC", "crv": "P-256", "use": ["sig"]}],
            },
            "scopes_to_claims": {"openid": ["sub"], **{scope: [scope] for scope in SCOPES}},
            "endpoint": {
                name: {
                    "path": path,
                    "class": f"idpyoidc.server.{where}",
                    "kwargs": {"client_authn_method": None, **options},
                }
                for name, (path, where, options) in endpoints.items()
            },
            "authentication": {"user": {"acr": "eidas1", "class": AskWho, "kwargs": {"people": self.people}}},
            "userinfo": {"class": "idpyoidc.server.user_info.UserInfo", "kwargs": {}},
            "add_on": {"pkce": {"function": "idpyoidc.server.oauth2.add_on.pkce.add_support", "kwargs": {}}},
            "token_handler_args": {
                "code": {"lifetime": 30, "kwargs": {"crypt_conf": crypt}},
                "token": {"class": "idpyoidc.server.token.jwt_token.JWTToken", "kwargs": {"lifetime": 60}},
                "id_token": {"class": "idpyoidc.server.token.id_token.IDToken", "kwargs": {"lifetime": 60}},
            },
            "session_params": {"encrypter": crypt},
        }
        names = {"session": "op", "register": "op_reg", "session_management": "op_sman"}
        cookies = CookieHandler(sign_key="a-key-of-the-tests-of-32-letters", name=names)
        server = Server(OPConfiguration(conf=configuration, base_path="."), cookie_handler=cookies)
        server.context.userinfo.db = self.people  # it took a copy
        del server.context.client_authn_methods["none"]  # with it the end of session wants a token that nobody has
        keys = server.context.keyjar
        keys.import_jwks(keys.export_jwks(private=True), self.issuer)
        return server

    # --- HTTP -----------------------------------------------------------------------------------------------------

    def _answer(self, environ, start_response):
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        self.seen.append((path, dict(parse_qsl(query))))
        status, headers, text = self._route(path, query, body, environ)
        if path in self.tampered:
            text = self.tampered[path](text)
        start_response(status, headers)
        return [text.encode()]

    def _route(self, path, query, body, environ):
        cookies = [
            {"name": morsel.key, "value": unquote(morsel.value)}
            for morsel in SimpleCookie(environ.get("HTTP_COOKIE", "")).values()
        ]
        http_info = {
            "headers": {"authorization": environ.get("HTTP_AUTHORIZATION", "")},
            "cookie": cookies,
            "method": environ["REQUEST_METHOD"],
            "url": self.issuer + path,
        }
        if path == "/jwks":
            return "200 OK", [("Content-Type", "application/json")], self.context.keyjar.export_jwks_as_json()
        if path == "/login":
            return self._signed_in({name: values[0] for name, values in parse_qs(body).items()})
        if path == "/session/verify":
            return self._signed_out(dict(parse_qsl(query))["sjwt"])
        endpoint = next((each for each in self._server.endpoint.values() if f"/{each.endpoint_path}" == path), None)
        if endpoint is None:
            return "404 Not Found", [], "?"
        request = endpoint.parse_request(dict(parse_qsl(body or query)), http_info=http_info)
        if "error" in request:
            return "400 Bad Request", [("Content-Type", "application/json")], request.to_json()
        arguments = endpoint.process_request(request, http_info=http_info)
        if "http_response" in arguments:
            return "200 OK", [("Content-Type", "text/html; charset=utf-8")], arguments["http_response"]
        if "redirect_location" in arguments:
            return "303 See Other", [("Location", arguments["redirect_location"])], ""
        return self._sent(endpoint, request, arguments)

    def _signed_in(self, form):
        method = self.context.authn_broker.get_method_by_id("user")
        asked = method.unpack_token(form["token"])
        request = AuthorizationRequest().from_urlencoded(asked["query"])
        endpoint = self._server.get_endpoint("authorization")
        if "refuse" in form:
            answer = urlencode({"error": "access_denied", "state": request["state"]})
            return "302 Found", [("Location", f"{request['redirect_uri']}?{answer}")], ""
        session = endpoint.create_session(request, form["person"], asked["authn_class_ref"], asked["iat"], method)
        return self._sent(endpoint, request, endpoint.authz_part2(request=request, session_id=session))

    def _signed_out(self, token):
        endpoint = self._server.get_endpoint("session")
        asked = endpoint.unpack_signed_jwt(token)
        endpoint.do_verified_logout(**asked)
        cookies = endpoint.kill_cookies()
        return "303 See Other", [("Location", asked["redirect_uri"]), *map(set_cookie, cookies)], ""

    def _sent(self, endpoint, request, arguments):
        answer = endpoint.do_response(request=request, **arguments)
        cookies = [set_cookie(cookie) for cookie in answer.get("cookie", [])]
        if endpoint.response_placement == "url":
            return "302 Found", [("Location", answer["response"]), *cookies], ""
        return "200 OK", [*answer["http_headers"], *cookies], answer["response"]


def set_cookie(cookie):
    age = "; Max-Age=0" if cookie.get("max-age") == -1 else ""
    return "Set-Cookie", f"{cookie['name']}={quote(cookie['value'])}; Path=/; HttpOnly{age}"


if __name__ == "__main__":
    with Provider(int(sys.argv[2]) if len(sys.argv) > 2 else 9400) as provider:
        provider.people["camille"] = {
            "given_name": "Camille", "usual_name": "Dupont", "email": "camille.dupont@insee.fr", "uid": "1",
            "siret": "12002701600019", "idp_id": "insee",
        }  # fmt: skip
        provider.people["sacha"] = {
            "given_name": "Sacha", "usual_name": "Morel", "email": "sacha@ailleurs.example", "uid": "2",
            "siret": "00000000000000", "idp_id": "autre", "belonging_population": "prestataire",
        }  # fmt: skip
        provider.register(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
        input(
            f"PROCONNECT_ISSUER={provider.issuer} PROCONNECT_CLIENT_ID={CLIENT_ID} PROCONNECT_CLIENT_SECRET='{CLIENT_SECRET}'\n"
        )
