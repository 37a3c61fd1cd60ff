import * as z from 'zod';
import { DEFAULT_WINDOW_SETTINGS, secretLocation, windowSettings, type WindowSettings } from '#shared/app-api/index.ts';
import type { Bounds, WindowSettingsStore } from '../ports.ts';
import { JsonDocument, type OpenDocumentStore } from './json-document.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Largest coordinate that is accepted, in device-independent pixels. */
const MAX_COORDINATE = 100_000;

const boundsDocument = z.strictObject({
  x: z.number().int().min(-MAX_COORDINATE).max(MAX_COORDINATE),
  y: z.number().int().min(-MAX_COORDINATE).max(MAX_COORDINATE),
  width: z.number().int().min(1).max(MAX_COORDINATE),
  height: z.number().int().min(1).max(MAX_COORDINATE),
  maximised: z.boolean(),
});

const secretChoice = z.strictObject({ place: secretLocation });

export type WindowSettingsOptions = Readonly<{
  open: OpenDocumentStore;
  /** Directory of the profile. */
  directory: string;
  showMessage(text: string): void;
}>;

/**
 * Window settings in `window.json`, which a browser's window uses too, and the window's position in `window-place.json`. The choice of the secret's
 * location is in `window-secret.json`, since the page writes all settings at once and must not change that one. Created by `openWindowSettings`.
 */
export class StoredWindowSettings implements WindowSettingsStore {
  readonly bounds: WindowSettingsStore['bounds'];
  readonly secretLocation: WindowSettingsStore['secretLocation'];
  readonly #settings: JsonDocument<WindowSettings>;
  readonly #listeners = new Set<(settings: WindowSettings) => void>();

  constructor(options: WindowSettingsOptions) {
    this.#settings = new JsonDocument(
      { ...options, name: 'window' },
      (document) => safeParse(windowSettings, document).data,
    );
    const bounds = new JsonDocument<Bounds>(
      { ...options, name: 'window-place' },
      (document) => safeParse(boundsDocument, document).data,
    );
    this.bounds = {
      load: () => bounds.value,
      save: (next) => bounds.save(next),
    };
    const choice = new JsonDocument<z.infer<typeof secretChoice>>(
      { ...options, name: 'window-secret' },
      (document) => safeParse(secretChoice, document).data,
    );
    this.secretLocation = {
      load: () => choice.value?.place,
      save: (location) => choice.saveOrFail({ place: location }),
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
