import { setUpI18n } from "@/shared/i18n/setup";

setUpI18n("en");
