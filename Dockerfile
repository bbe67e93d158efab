# What bundles scripts and styles comes from npm; the running image needs neither.
FROM node:22-slim AS front-end
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PLANNER_ENV=production
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt \
    && useradd --system --uid 10001 planner \
    && install --directory --owner planner --group planner var
COPY . .
# Collecting asks for settings, not for a secret: this one never serves a page.
RUN --mount=type=bind,from=front-end,source=/app/node_modules,target=/app/node_modules \
    SECRET_KEY=only-for-collecting-static-files-in-the-image ALLOWED_HOSTS=localhost \
    python manage.py collectstatic --no-input --verbosity 0 \
    && rm -r var/bundles

USER planner
# A SQLite database lives here; with DATABASE_URL nothing is kept in the container.
VOLUME /app/var
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
# Migrations are a step of their own (docker-compose.yml): with several containers only one
# may run them.
CMD ["python", "-m", "planner.serve", "--host", "0.0.0.0", "--port", "8000"]
