import * as z from 'zod';
import { DEFAULT_WINDOW_SETTINGS, secretPlace, windowSettings, type WindowSettings } from '#shared/app-api/index.ts';
import type { Bounds, WindowSettingsStore } from '../ports.ts';
import { JsonDocument, type OpenDocumentStore } from './document.ts';

/** Far beyond any desktop, device-independent pixels. */
const MOST = 100_000;

const place = z.strictObject({
  x: z.number().int().min(-MOST).max(MOST),
  y: z.number().int().min(-MOST).max(MOST),
  width: z.number().int().min(1).max(MOST),
  height: z.number().int().min(1).max(MOST),
  maximised: z.boolean(),
});

const secretChoice = z.strictObject({ place: secretPlace });

export type WindowSettingsOptions = Readonly<{
  open: OpenDocumentStore;
  /** Of the profile. */
  directory: string;
  say(text: string): void;
}>;

/**
 * `window.json`, the same as that of a browser's window, and `window-place.json`. What decides about the secret is in `window-secret.json`: the
 * page writes the settings as a whole, and must not change this by the way.
 */
export class StoredWindowSettings implements WindowSettingsStore {
  readonly bounds: WindowSettingsStore['bounds'];
  readonly secretPlace: WindowSettingsStore['secretPlace'];
  readonly #settings: JsonDocument<WindowSettings>;
  readonly #listeners = new Set<(settings: WindowSettings) => void>();

  constructor(options: WindowSettingsOptions) {
    this.#settings = new JsonDocument(
      { ...options, name: 'window' },
      (document) => windowSettings.safeParse(document).data,
    );
    const bounds = new JsonDocument<Bounds>(
      { ...options, name: 'window-place' },
      (document) => place.safeParse(document).data,
    );
    this.bounds = {
      load: () => bounds.value,
      save: (next) => bounds.save(next),
    };
    const choice = new JsonDocument<z.infer<typeof secretChoice>>(
      { ...options, name: 'window-secret' },
      (document) => secretChoice.safeParse(document).data,
    );
    this.secretPlace = {
      load: () => choice.value?.place,
      save: (place) => choice.saveOrFail({ place }),
    };
  }

  get(): WindowSettings {
    return this.#settings.value ?? DEFAULT_WINDOW_SETTINGS;
  }

  set(next: WindowSettings): WindowSettings {
    this.#settings.save(next);
    for (const listener of this.#listeners) listener(next);
    return next;
  }

  onChange(listener: (settings: WindowSettings) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
