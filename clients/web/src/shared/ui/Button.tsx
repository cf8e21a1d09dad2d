import type { ButtonHTMLAttributes, MouseEvent, Ref } from "react";

import { Icon } from "./Icon";
import type { IconName } from "./Icon";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: "primary" | "plain" | "quiet" | "danger";
  icon?: IconName;
  ref?: Ref<HTMLButtonElement>;
}

/** A disabled one keeps the focus: who has pressed it must not lose their place while it is busy. */
export function Button(props: ButtonProps) {
  const { kind = "plain", icon, className, children, disabled = false, onClick, ...rest } = props;
  const classes = ["button", `button-${kind}`, className].filter(Boolean).join(" ");
  return (
    <button
      type="button"
      className={classes}
      aria-disabled={disabled || undefined}
      onClick={disabled ? refuse : onClick}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** Nor is a form sent by it, by Enter in a field neither. */
function refuse(event: MouseEvent): void {
  event.preventDefault();
}

interface IconButtonProps extends ButtonProps {
  icon: IconName;
  /** Read aloud, and shown on hover. */
  label: string;
}

export function IconButton({ label, className, ...rest }: IconButtonProps) {
  const classes = ["button-icon", className].filter(Boolean).join(" ");
  return <Button kind="quiet" aria-label={label} title={label} className={classes} {...rest} />;
}
