/** Dialog that asks for files or for folders, with the paths that the person chose; empty if they cancel. */
export type AskForFiles = (what: 'files' | 'folder') => Promise<readonly string[]>;

/** Chooser of files for the window's page, with one dialog at a time, whatever the page does. */
export class FileChooser {
  readonly #ask: AskForFiles;
  #asking = false;

  constructor(ask: AskForFiles) {
    this.#ask = ask;
  }

  /** Returns the paths that the person chose; none if they cancel, or while another dialog is open. */
  readonly choose: AskForFiles = async (what) => {
    if (this.#asking) return [];
    this.#asking = true;
    try {
      return await this.#ask(what);
    } finally {
      this.#asking = false;
    }
  };
}
