import { useId } from "react";

interface ChoiceGroupProps<T extends string> {
  legend: string;
  options: readonly { value: T; label: string; lang?: string }[];
  chosen: T;
  onChoose: (value: T) => void;
}

/** A few choices side by side: radio buttons, so that arrow keys move between them. */
export function ChoiceGroup<T extends string>(props: ChoiceGroupProps<T>) {
  const name = useId();
  return (
    <fieldset className="choices">
      <legend>{props.legend}</legend>
      <div className="choices-options">
        {props.options.map(({ value, label, lang }) => (
          <label key={value} className="choice">
            <input
              type="radio"
              name={name}
              value={value}
              checked={value === props.chosen}
              onChange={() => props.onChoose(value)}
            />
            <span lang={lang}>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
