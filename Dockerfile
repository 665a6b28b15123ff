FROM python:3.13-slim
ENV CAMPUS_ENV=production PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY deploy/requirements.lock deploy/requirements.lock
RUN pip install --no-cache-dir --require-hashes -r deploy/requirements.lock
COPY . .
# Building the assets needs settings, but neither secrets nor a database.
RUN CAMPUS_ENV=local python manage.py build_assets \
 && CAMPUS_ENV=local python manage.py collectstatic --noinput -v 0 \
 && useradd --system campus && chown -R campus var
USER campus
EXPOSE 8000
CMD ["gunicorn", "campus.wsgi", "--bind", "0.0.0.0:8000", "--workers", "4", "--threads", "4", "--no-control-socket", "--keep-alive", "75"]
