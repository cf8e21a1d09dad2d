# Inference worker. Knows no Django and has no database: it needs the broker, and fetches audio by signed addresses.
#   EXTRAS="worker nemo"  with NVIDIA NeMo, for GPUs (the host brings the driver and the NVIDIA container toolkit)
#   EXTRAS="worker"       the small offline engine, for machines without a GPU
# PyTorch of the default index carries CUDA; TORCH_INDEX names the index of its CPU builds for a smaller image.
FROM python:3.11.14-slim-bookworm AS libraries
ARG EXTRAS="worker nemo"
ARG TORCH_INDEX=""
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY pyproject.toml docker/constraints.txt docker/requirements.py ./
# EXTRAS is a list of words on purpose.
# hadolint ignore=SC2086
RUN python -m venv /venv \
    && /venv/bin/pip install torch==2.13.0 ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} \
    && python requirements.py $EXTRAS > requirements.txt \
    && /venv/bin/pip install --requirement requirements.txt --constraint constraints.txt

FROM python:3.11.14-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin service \
    && install -d -o service /data /data/models /data/cache
COPY --from=libraries /venv /venv
WORKDIR /app
COPY inference_worker inference_worker
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp NUMBA_CACHE_DIR=/tmp/numba \
    MODELS_DIR=/data/models WORKER_CACHE_DIR=/data/cache LOG_FORMAT=json
# The build ends here when the backend's library has found its way in.
RUN python -c "import importlib.util as u, sys; sys.exit([m for m in ('django', 'channels', 'backend') if u.find_spec(m)] or 0)"
USER 10001
VOLUME /data
HEALTHCHECK --interval=15s --timeout=10s --start-period=180s CMD ["python", "-m", "inference_worker", "health"]
CMD ["python", "-m", "inference_worker", "worker"]
