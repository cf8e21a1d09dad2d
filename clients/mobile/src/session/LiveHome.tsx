import { Captions } from "@/features/captions/Captions";
import { useRecorderState } from "@/features/capture/context";
import { RecordPanel } from "@/features/capture/RecordPanel";
import { LiveScreen } from "@/features/live/LiveScreen";

/** The live captions, over the recorder that everything else uses, too. */
export function LiveHome({ onBack }: { onBack: () => void }) {
  const { phase, conversationId } = useRecorderState();
  return (
    <LiveScreen
      isRunning={phase === "recording" || phase === "interrupted"}
      recorder={<RecordPanel live />}
      pieces={conversationId !== null && <Captions conversationId={conversationId} follow />}
      onBack={onBack}
    />
  );
}
