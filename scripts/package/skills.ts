/** Puts the skills for OpenClaw among the files of the installed command, from where people copy them. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';

/** Copies `skills/` into a folder. Used by `stage`. */
export function copySkills(root: string, to: string): void {
  cpSync(join(root, 'skills'), join(to, 'skills'), { recursive: true });
}
