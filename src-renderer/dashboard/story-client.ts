import {
  createPlatformClient,
  PLATFORM_ROUTES,
  PlatformError,
  platformErrorBody,
  type PlatformClient,
  type Route,
  type RouteName,
  type RouteOutput,
} from '#shared/platform/index.ts';
import { connectDashboard, type DashboardApi } from './api/index.ts';
import { STORY_FACTS } from './story-data.ts';
import { storyPicture } from './story-pictures.ts';

/** Answers of a story's relay, by route. An error is answered as such; a route without an answer never answers, so that its place shows the waiting. */
export type StoryRelay = { readonly [Name in RouteName]?: RouteOutput<Name> | PlatformError };

/** Connects the dashboard to a relay within the page: the real client over answers of the story, which it checks. */
export function createStoryDashboard(answers: StoryRelay, { accounts }: Readonly<{ accounts: boolean }>): DashboardApi {
  const dashboard = connectDashboard({
    client: createStoryClient(answers),
    openEvents: () => ({ send: () => undefined, close: () => undefined, addEventListener: () => undefined }),
    readFacts: () => Promise.resolve({ ...STORY_FACTS, accounts }),
    pictureUrl: storyPicture,
    now: () => Date.now(),
  });
  dashboard.session.check();
  void dashboard.page.load();
  return dashboard;
}

function createStoryClient(answers: StoryRelay): PlatformClient {
  return createPlatformClient({
    origin: 'https://relay.example',
    fetch: (url, { method }) => {
      const { pathname } = new URL(url);
      const route = Object.values<Route>(PLATFORM_ROUTES).find(
        (known) => known.method === method && patternOf(known.path).test(pathname),
      );
      const answer = route === undefined ? undefined : answers[route.name as RouteName];
      if (answer === undefined) return new Promise(() => undefined);
      if (!(answer instanceof PlatformError)) {
        // A page shows such an answer as a fault of the relay; the tests of stories take it for one of the story.
        if (route?.output.safeParse(answer).success === false)
          reportError(new Error(`invalid answer of ${route.name}`));
        return Promise.resolve(json(200, answer));
      }
      const { code, message, status } = answer;
      const known = platformErrorBody.safeParse({ error: message, code });
      return known.success ? Promise.resolve(json(status, known.data)) : Promise.reject(answer);
    },
  });
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/:[a-z]+/g, '[^/]+')}$`);
}
