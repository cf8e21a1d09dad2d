"""From the published layouts of emotional speech corpora to clip lists."""
