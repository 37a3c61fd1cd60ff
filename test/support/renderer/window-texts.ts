import { addTextSource } from '#renderer/locale/index.ts';
import '#renderer/locale/window-texts/index.ts';
import { englishDashboard, loadDashboardTexts } from '#shared/locales/index.ts';

/** Adds the texts of window and dashboard, as their entries do, for tests of parts that show them. */
addTextSource(loadDashboardTexts, { language: 'en', catalogue: englishDashboard() });
