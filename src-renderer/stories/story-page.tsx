import { CSPProvider } from '@base-ui/react/csp-provider';
import { cloneElement, isValidElement, useEffect, type ReactElement, type ReactNode } from 'react';
import { useLanguage } from '../locale/index.ts';
import { ApiProvider } from '../store/index.ts';
import type { FakeAgent } from './fake-agent.ts';
import { NO_STORY, type Story } from './story.ts';
import styles from './story-page.module.css';

/** Shows one story alone, connected to its agent. */
export function StoryView({ story, agent }: Readonly<{ story: Story; agent: FakeAgent }>): ReactElement {
  useReady(story.name);
  useLanguage();
  return (
    <CSPProvider disableStyleElements>
      <ApiProvider value={agent.api}>
        {story.frame === 'none' ? drawn(story) : <main className={styles['page']}>{drawn(story)}</main>}
      </ApiProvider>
    </CSPProvider>
  );
}

/** Returns a clone of the story's element. React renders a new element again with the page, as it does in the window. */
function drawn(story: Story): ReactNode {
  const element = story.render();
  return isValidElement(element) ? cloneElement(element) : element;
}

/** Shows nothing. */
export function EmptyPage(): null {
  useReady(NO_STORY);
  return null;
}

/** Lists links to all stories. @param props.missing name in the address that no story has; empty without one */
export function StoryIndex({
  stories,
  missing,
}: Readonly<{ stories: readonly Story[]; missing: string }>): ReactElement {
  useReady('');
  const areas = [...new Set(stories.map(({ name }) => areaOf(name)))];
  return (
    <main className={styles['page']}>
      <h1>ClawReach</h1>
      {missing !== '' && <p role="alert">{missing}?</p>}
      {areas.map((area) => (
        <section key={area}>
          <h2>{area}</h2>
          <ul>
            {stories
              .filter(({ name }) => areaOf(name) === area)
              .map(({ name }) => (
                <li key={name}>
                  <a href={`#${encodeURI(name)}`}>{name}</a>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </main>
  );
}

/**
 * Sets `data-story` on the page's root when the story is rendered and its first calls are answered, so that tests can wait for it. (The fake agent
 * answers in microtasks.)
 */
function useReady(name: string): void {
  useEffect(() => {
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        document.documentElement.dataset['story'] = name;
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [name]);
}

function areaOf(name: string): string {
  return name.split('/')[0] ?? name;
}
