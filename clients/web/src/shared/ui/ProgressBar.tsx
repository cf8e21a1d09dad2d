interface ProgressBarProps {
  label: string;
  /** In [0, 1]. */
  value: number;
  /** What is read aloud in place of the percentage. */
  text?: string;
}

export function ProgressBar({ label, value, text }: ProgressBarProps) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={text}
    >
      <div className="progress-fill" style={{ transform: `scaleX(${percent / 100})` }} />
    </div>
  );
}
