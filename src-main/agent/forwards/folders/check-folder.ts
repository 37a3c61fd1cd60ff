import type { CallInput, CallOutput } from '#shared/app-api/index.ts';
import { problemOf } from '../rules/index.ts';
import { openFolder, type FolderSettings } from './folder-rule.ts';

/** Opens a folder as a shared one, to tell the person whether it could be shared before its forward is saved. */
export async function checkFolder(
  { path }: CallInput<'forwards.checkFolder'>,
  settings: FolderSettings,
): Promise<CallOutput<'forwards.checkFolder'>> {
  try {
    await openFolder(path, settings);
    return { problem: null };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}
