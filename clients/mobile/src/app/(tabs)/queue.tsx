import { QueueScreen } from "@/features/queue/QueueScreen";

export default QueueScreen;
