import { useId } from "react";

interface ChoiceGroupProps<T extends string> {
  legend: string;
  hint?: string;
  options: readonly { value: T; label: string; lang?: string; className?: string }[];
  chosen: T;
  onChoose: (value: T) => void;
}

/** A few choices side by side: radio buttons, so that arrow keys move between them. */
export function ChoiceGroup<T extends string>(props: ChoiceGroupProps<T>) {
  const name = useId();
  const hintId = `${name}-hint`;
  return (
    <fieldset className="choices" aria-describedby={props.hint === undefined ? undefined : hintId}>
      <legend>{props.legend}</legend>
      <div className="choices-options">
        {props.options.map(({ value, label, lang, className }) => (
          <label key={value} className="choice">
            <input
              type="radio"
              name={name}
              value={value}
              checked={value === props.chosen}
              onChange={() => props.onChoose(value)}
            />
            <span lang={lang} className={className}>
              {label}
            </span>
          </label>
        ))}
      </div>
      {props.hint !== undefined && (
        <p id={hintId} className="field-hint">
          {props.hint}
        </p>
      )}
    </fieldset>
  );
}
