import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";

import { useKeptFocus } from "@/app/use-kept-focus";

function Rules() {
  useKeptFocus();
  const [rules, setRules] = useState(["sad", "quiet"]);
  return (
    <main>
      <h1>Person</h1>
      <section>
        <h2>Alerts</h2>
        <ul>
          {rules.map((rule) => (
            <li key={rule}>
              <button onClick={() => setRules(rules.filter((one) => one !== rule))}>
                Remove {rule}
              </button>
            </li>
          ))}
        </ul>
      </section>
      <section hidden={rules.length > 0}>
        <h2>Nothing</h2>
      </section>
    </main>
  );
}

it("goes to the name of the section when the row that had the focus is gone", async () => {
  render(<Rules />);
  await userEvent.click(screen.getByRole("button", { name: "Remove sad" }));
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole("heading", { name: "Alerts" })),
  );
});

it("leaves the focus to whoever has it", async () => {
  render(<Rules />);
  const kept = screen.getByRole("button", { name: "Remove quiet" });
  screen.getByRole("button", { name: "Remove sad" }).focus();
  screen.getByRole("button", { name: "Remove sad" }).click();
  kept.focus();
  await waitFor(() => expect(screen.queryByText("Remove sad")).toBeNull());
  await new Promise((resolve) => setTimeout(resolve));
  expect(document.activeElement).toBe(kept);
});
