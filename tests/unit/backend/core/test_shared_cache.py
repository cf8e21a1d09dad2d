import threading

from backend.core.shared_cache import SharedRedisCache


def test_all_threads_share_one_pool_of_connections() -> None:
    clients = []

    def one_request() -> None:
        clients.append(SharedRedisCache("redis://127.0.0.1:1/0", {})._cache)

    threads = [threading.Thread(target=one_request) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clients[0] is clients[1]
    assert SharedRedisCache("redis://127.0.0.1:1/1", {})._cache is not clients[0]
