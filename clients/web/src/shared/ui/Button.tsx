import type { ButtonHTMLAttributes, Ref } from "react";

import { Icon } from "./Icon";
import type { IconName } from "./Icon";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: "primary" | "plain" | "quiet" | "danger";
  icon?: IconName;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind = "plain", icon, className, children, ...rest }: ButtonProps) {
  const classes = ["button", `button-${kind}`, className].filter(Boolean).join(" ");
  return (
    <button type="button" className={classes} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
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
