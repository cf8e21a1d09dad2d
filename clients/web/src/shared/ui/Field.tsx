import { useId } from "react";
import type { InputHTMLAttributes, ReactNode } from "react";

interface FieldProps {
  label: string;
  hint?: string | null;
  problem: string | null;
  input: InputHTMLAttributes<HTMLInputElement>;
  /** Goes on the label's line. */
  children?: ReactNode;
}

/** A labelled input with its hint and problem tied to it. */
export function Field({ label, hint = null, problem, input, children }: FieldProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  const problemId = `${id}-problem`;
  const described = [hint !== null && hintId, problem !== null && problemId].filter(Boolean);
  return (
    <div className="field">
      <div className="field-head">
        <label htmlFor={id}>{label}</label>
        {children}
      </div>
      <input
        {...input}
        id={id}
        aria-invalid={problem !== null}
        aria-describedby={described.length > 0 ? described.join(" ") : undefined}
      />
      {hint !== null && (
        <p id={hintId} className="field-hint">
          {hint}
        </p>
      )}
      {problem !== null && (
        <p id={problemId} className="field-problem">
          {problem}
        </p>
      )}
    </div>
  );
}
