import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";

import { Button } from "@/shared/ui/Button";

it("keeps the focus while it is disabled, and does nothing", async () => {
  const onClick = vi.fn();
  const { rerender } = render(<Button onClick={onClick}>Pin</Button>);
  const button = screen.getByRole("button", { name: "Pin" });
  await userEvent.click(button);
  expect(onClick).toHaveBeenCalledTimes(1);
  rerender(
    <Button disabled onClick={onClick}>
      Pin
    </Button>,
  );
  expect(button.ariaDisabled).toBe("true");
  await userEvent.keyboard("{Enter}");
  await userEvent.click(button);
  expect(onClick).toHaveBeenCalledTimes(1);
  button.blur();
  await userEvent.tab();
  expect(document.activeElement).toBe(button);
});

it("sends no form while it is disabled, by Enter in a field neither", async () => {
  const onSubmit = vi.fn((event: { preventDefault: () => void }) => event.preventDefault());
  const form = (disabled: boolean) => (
    <form onSubmit={onSubmit}>
      <input aria-label="Name" />
      <Button type="submit" disabled={disabled}>
        Save
      </Button>
    </form>
  );
  const { rerender } = render(form(true));
  await userEvent.type(screen.getByLabelText("Name"), "Mina{Enter}");
  expect(onSubmit).not.toHaveBeenCalled();
  rerender(form(false));
  await userEvent.type(screen.getByLabelText("Name"), "{Enter}");
  expect(onSubmit).toHaveBeenCalledTimes(1);
});
