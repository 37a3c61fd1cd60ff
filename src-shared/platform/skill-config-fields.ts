import * as z from 'zod';
import { text, time, uuid } from './fields.ts';
import { PLATFORM_LIMITS } from './limits.ts';

/** Schema of `SkillConfigView`, which several files use. */
export const skillConfigView = z.object({
  id: uuid,
  skill: text(64),
  nodeId: text(128),
  name: text(PLATFORM_LIMITS.name),
  updatedAt: time,
});
/** Configuration of an OpenClaw node for one skill, without its content. */
export type SkillConfigView = z.infer<typeof skillConfigView>;
