import { render, screen } from "@testing-library/react-native";

import { EmotionTag } from "@/shared/emotion/EmotionTag";

test("says how it sounds by word and shape, and to a screen reader in full", () => {
  render(<EmotionTag emotion="angry" />);
  expect(screen.getByLabelText("sounds angry")).toBeTruthy();
  expect(screen.getByText("(angrily)")).toBeTruthy();
});

test("shows nothing for a neutral voice", () => {
  const { toJSON } = render(<EmotionTag emotion="neutral" />);
  expect(toJSON()).toBeNull();
});

test("admits that it is unsure", () => {
  render(<EmotionTag emotion="unsure" />);
  expect(screen.getByLabelText("unsure how it sounds")).toBeTruthy();
});
