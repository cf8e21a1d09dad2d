import { HomeScreen } from "@/session/HomeScreen";

export default HomeScreen;
