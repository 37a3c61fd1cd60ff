import * as z from 'zod';
import { boundedJson, done, jsonObject, name } from './fields.ts';
import { PLATFORM_LIMITS } from './limits.ts';
import { defineRoutes } from './route.ts';
import { skillConfigView } from './skill-config-fields.ts';

/** ID of a node: a UUID, or one that a person chose. */
const nodeId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/);

/** Content of a node configuration: the documented keys, and settings of its own. Passed on as it is. */
const config = z
  .looseObject({
    relay_url: z
      .string()
      .max(512)
      .regex(/^(?:wss|https):\/\/[^\s\p{Cc}]+$/u),
    node_id: nodeId,
    /** Secret; at least eight characters. */
    auth_token: z.string().min(8).max(256),
  })
  .refine(boundedJson(PLATFORM_LIMITS.skillConfig), { error: 'too large or too deeply nested' });
export type SkillConfig = z.infer<typeof config>;

const input = z.strictObject({
  /** Skill that the configuration is for, such as `privaclaw`. */
  skill: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  name,
  config,
});
const output = skillConfigView.extend({ config: jsonObject(PLATFORM_LIMITS.skillConfig) });

/**
 * Routes of node configurations, which only their account sees. The relay stores them sealed with a key of its own, so it can read them. A skill and
 * a node ID identify one.
 */
export const SKILL_CONFIG_ROUTES = defineRoutes({
  'skillConfigs.list': {
    summary: 'Lists the node configurations without their content.',
    method: 'GET',
    path: '/api/v1/skill-configs',
    output: z.object({ skillConfigs: z.array(skillConfigView).max(PLATFORM_LIMITS.skillConfigs) }),
    who: 'account',
  },
  'skillConfigs.create': {
    summary: 'Stores a node configuration.',
    method: 'POST',
    path: '/api/v1/skill-configs',
    input,
    output: skillConfigView,
    errors: ['account.skill-config-exists', 'platform.limit'],
    who: 'account',
    status: 201,
  },
  'skillConfigs.get': {
    summary: 'Returns a node configuration with its content.',
    method: 'GET',
    path: '/api/v1/skill-configs/:configuration',
    output,
    who: 'account',
  },
  'skillConfigs.replace': {
    summary: 'Replaces a node configuration.',
    method: 'PUT',
    path: '/api/v1/skill-configs/:configuration',
    input,
    output: skillConfigView,
    errors: ['account.skill-config-exists'],
    who: 'account',
  },
  'skillConfigs.delete': {
    summary: 'Deletes a node configuration.',
    method: 'DELETE',
    path: '/api/v1/skill-configs/:configuration',
    output: done,
    who: 'account',
  },
});
