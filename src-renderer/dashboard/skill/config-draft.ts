import { PLATFORM_ROUTES, type RouteInput } from '#shared/platform/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Fields of the dialog of a configuration. */
export type ConfigDraft = Readonly<{ name: string; relay: string; node: string; token: string }>;

/** Draft of a new configuration, for this relay. */
export const EMPTY_DRAFT: ConfigDraft = {
  name: '',
  relay: typeof window === 'undefined' ? '' : window.location.origin.replace(/^http/, 'ws'),
  node: '',
  token: '',
};

const FIELDS = { relay_url: 'relay', node_id: 'node', auth_token: 'token' } as const;

/** Returns which fields the relay would reject. Pure. */
export function configProblems(draft: ConfigDraft): Readonly<{ relay?: true; node?: true; token?: true }> {
  const input = { ...toInput(draft, {}), name: 'name' };
  const parsed = safeParse(PLATFORM_ROUTES['skillConfigs.create'].input, input);
  if (parsed.success) return {};
  const wrong = parsed.error.issues.map(({ path }) => FIELDS[String(path[1]) as keyof typeof FIELDS]);
  return Object.fromEntries(wrong.filter((field) => field !== undefined).map((field) => [field, true]));
}

/** Returns a draft as the relay takes it. Pure. @param rest settings that the dialog doesn't show */
export function toInput(
  { name, relay, node, token }: ConfigDraft,
  rest: Readonly<Record<string, unknown>>,
): RouteInput<'skillConfigs.create'> {
  return {
    skill: 'privaclaw',
    name,
    config: { ...rest, relay_url: relay.trim(), node_id: node.trim(), auth_token: token },
  };
}
