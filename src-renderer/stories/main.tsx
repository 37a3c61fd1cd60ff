import { createRoot, type Root } from 'react-dom/client';
import '../ui/styles/base.css';
import '../locale/window-texts/index.ts';
import { LANGUAGES, loadDashboardTexts } from '#shared/locales/index.ts';
import { addTextSource, changeLanguage, setTestLanguage } from '../locale/index.ts';
import { useApp } from '../store/index.ts';
import { loadFonts } from '../ui/index.ts';
import { createFakeAgent, type FakeAgent } from './fake-agent.ts';
import { PSEUDO, pseudoLanguage } from './pseudo.ts';
import { EmptyPage, StoryIndex, StoryView } from './story-page.tsx';
import { NO_STORY } from './story.ts';

/**
 * Entry of the page of stories (`stories.html`), which developers and integration tests open. `#name` shows one story alone, `#-` nothing; without a
 * name, the page lists all. `?theme=dark` sets the colour scheme and `?lang=de` the language. The event `story-language` changes the language while a story is
 * shown.
 */
const container = document.getElementById('root');
if (container === null) throw new TypeError('the page has no root');

addTextSource(loadDashboardTexts);

let shown: Readonly<{ root: Root; agent: FakeAgent | undefined }> | undefined;

function show(element: HTMLElement): void {
  // Each story begins with its own page, state and agent.
  shown?.root.unmount();
  shown?.agent?.close();
  delete document.documentElement.dataset['story'];
  const name = decodeURIComponent(location.hash.slice(1));
  const story = STORIES.find((candidate) => candidate.name === name);
  const root = createRoot(element);
  if (story === undefined) {
    shown = { root, agent: undefined };
    root.render(name === NO_STORY ? <EmptyPage /> : <StoryIndex stories={STORIES} missing={name} />);
    return;
  }
  const agent = createFakeAgent(story);
  useApp.setState(agent.state, true);
  shown = { root, agent };
  root.render(<StoryView story={story} agent={agent} />);
}

async function setLanguage(tag: string | null): Promise<void> {
  if (tag === PSEUDO) setTestLanguage(PSEUDO, pseudoLanguage());
  else await changeLanguage(LANGUAGES.find((language) => language === tag) ?? 'en');
}

await Promise.all([setLanguage(new URLSearchParams(location.search).get('lang')), loadFonts()]);
// Some stories press buttons by their labels in the current language.
const { STORIES } = await import('./list.ts');
window.addEventListener('story-language', (event) => {
  if (event instanceof CustomEvent) void setLanguage(String(event.detail));
});
const theme = new URLSearchParams(location.search).get('theme');
document.documentElement.dataset['theme'] = theme === 'dark' ? 'dark' : 'light';
window.addEventListener('hashchange', () => show(container));
show(container);
