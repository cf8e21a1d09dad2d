# Web server, results worker, beat and migrations: one image, the command says which. Knows no inference library.
FROM node:22.21-bookworm-slim AS web
WORKDIR /src/clients/web
COPY clients/web/package.json clients/web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY clients /src/clients
RUN npm run build

FROM python:3.11.14-slim-bookworm AS libraries
# EXTRAS="backend otel" for traces (TRACES_ENDPOINT).
ARG EXTRAS="backend"
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY pyproject.toml docker/constraints.txt docker/requirements.py ./
# EXTRAS is a list of words on purpose.
# hadolint ignore=SC2086
RUN python -m venv /venv \
    && python requirements.py $EXTRAS > requirements.txt \
    && /venv/bin/pip install --requirement requirements.txt --constraint constraints.txt

FROM python:3.11.14-slim-bookworm
# Live sound may come as Opus (docs/adr/0010-live.md).
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libopus0=1.3.1-3 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin service && install -d -o service /data
COPY --from=libraries /venv /venv
WORKDIR /app
COPY manage.py ./
COPY backend backend
# All that the backend may know of the worker.
COPY inference_worker/__init__.py inference_worker/contract.py inference_worker/contract_reading.py \
    inference_worker/
# Hears where speech is in live captions, in a process of its own.
COPY inference_worker/voice_detector inference_worker/voice_detector
COPY --from=web /src/clients/web/dist clients/web/dist
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=backend.config.settings.production DATA_DIR=/data HOST=0.0.0.0 LOG_FORMAT=json
# The build ends here when an inference library has found its way in.
RUN python -c "import importlib.util as u, sys; sys.exit([m for m in ('torch', 'nemo', 'librosa', 'av') if u.find_spec(m)] or 0)"
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["uvicorn", "backend.config.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--ws", "websockets-sansio", "--ws-max-size", "65536", "--no-access-log", "--lifespan", "off", "--timeout-graceful-shutdown", "20", "--forwarded-allow-ips", "*"]
