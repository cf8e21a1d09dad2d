"""A Celery task of tests: slow enough to be told to stop in the middle of it. Included with `celery worker -I`."""

from __future__ import annotations

import os
import time

import redis
from celery import shared_task

NAME = "tests.slow"
SLOW_S = 1.0


@shared_task(name=NAME)
def slow(number: int) -> None:
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    client.rpush("began", number)
    time.sleep(SLOW_S)
    client.rpush("ended", number)
