import { Share } from "react-native";

/** Opens the system's share sheet. "nothing": the person thought better of it. */
export async function shareText(text: string): Promise<"shared" | "copied" | "nothing"> {
  try {
    const { action } = await Share.share({ message: text });
    return action === Share.dismissedAction ? "nothing" : "shared";
  } catch {
    return "nothing";
  }
}
