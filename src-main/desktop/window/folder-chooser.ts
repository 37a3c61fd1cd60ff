/** Chooser of a folder for the window's page, with one dialog at a time, whatever the page does. */
export class FolderChooser {
  readonly #ask: () => Promise<string | undefined>;
  #asking = false;

  /** @param ask asks the person for a folder; undefined if the person cancels */
  constructor(ask: () => Promise<string | undefined>) {
    this.#ask = ask;
  }

  /** Returns the folder that the person chose; undefined if they cancel, or while another dialog is open. */
  readonly choose = async (): Promise<string | undefined> => {
    if (this.#asking) return undefined;
    this.#asking = true;
    try {
      return await this.#ask();
    } finally {
      this.#asking = false;
    }
  };
}
