# The portal as one image; web server, worker and beat are the same image with another command.
FROM node:22-bookworm-slim AS front
WORKDIR /front
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.12-slim-bookworm AS vendor
WORKDIR /front
COPY --from=front /front/node_modules node_modules
COPY bureau/__init__.py bureau/
COPY bureau/launcher bureau/launcher
RUN python -c "from bureau.launcher.installation import vendor; vendor()"

FROM python:3.12-slim-bookworm AS packages
COPY bureau/launcher/requirements/runtime.txt /tmp/runtime.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r /tmp/runtime.txt

FROM python:3.12-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORTAL_VAR=/data
RUN groupadd --gid 10001 portal \
    && useradd --uid 10001 --gid portal --home-dir /portal --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal /portal /data /data/static /data/private
WORKDIR /portal
COPY --from=packages /venv /venv
COPY --chown=portal:portal . .
COPY --from=vendor --chown=portal:portal /front/static/vendor static/vendor
USER portal
# The keys of this step are thrown away with it: collecting files needs a key, but uses none.
RUN SECRET_KEY=build FIELD_KEYS=1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    INDEX_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    sh -c "python manage.py catalogs compile && python manage.py collectstatic --no-input"
VOLUME /data/private
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s --retries=4 \
    CMD ["python", "-m", "bureau.launcher.healthy", "http://127.0.0.1:8000/readyz"]
CMD ["gunicorn", "bureau.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "3", "--timeout", "60", "--access-logfile", "-"]
