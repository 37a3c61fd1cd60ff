/** Adds the texts of the window, as its entry does, for tests of parts that show them. */
import '#renderer/locale/window-texts/index.ts';
