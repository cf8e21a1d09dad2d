import { useEffect, useEffectEvent, useId, useState } from "react";

const SETTLE_MS = 400;

interface SliderFieldProps {
  label: string;
  hint?: string;
  /** The value with its unit, as it is read out. */
  format: (value: number) => string;
  value: number;
  least: number;
  most: number;
  /** At every step, for what shows it at once. */
  onMove: (value: number) => void;
  /** When it has come to rest, for what is saved. */
  onSettle: (value: number) => void;
}

export function SliderField(props: SliderFieldProps) {
  const { value, onMove } = props;
  const id = useId();
  const hintId = `${id}-hint`;
  const [moved, setMoved] = useState<number | null>(null);
  const settle = useEffectEvent((chosen: number) => {
    setMoved(null);
    props.onSettle(chosen);
  });
  useEffect(() => {
    if (moved === null) return undefined;
    const timer = setTimeout(() => settle(moved), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [moved]);
  const shown = moved ?? value;
  return (
    <div className="slider-field">
      <div className="field-head">
        <label htmlFor={id}>{props.label}</label>
        <output htmlFor={id} className="numbers">
          {props.format(shown)}
        </output>
      </div>
      <input
        id={id}
        type="range"
        min={props.least}
        max={props.most}
        value={shown}
        aria-valuetext={props.format(shown)}
        aria-describedby={props.hint === undefined ? undefined : hintId}
        onChange={(event) => {
          const chosen = Number(event.target.value);
          setMoved(chosen);
          onMove(chosen);
        }}
      />
      {props.hint !== undefined && (
        <p id={hintId} className="field-hint">
          {props.hint}
        </p>
      )}
    </div>
  );
}
