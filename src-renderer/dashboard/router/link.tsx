import type { ComponentPropsWithRef, ReactElement } from 'react';
import { goTo } from './location.ts';
import { addressOf, type Route } from './routes.ts';

export type LinkProps = Omit<ComponentPropsWithRef<'a'>, 'href'> &
  Readonly<{ to: Exclude<Route, { page: 'missing' }> }>;

/** Link to a place of the dashboard. It is a real one: it can be opened in another tab, copied and bookmarked. */
export function Link({ to, onClick, children, ...rest }: LinkProps): ReactElement {
  const address = addressOf(to);
  return (
    <a
      {...rest}
      href={address}
      onClick={(event) => {
        onClick?.(event);
        const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
        if (!isPlain || event.defaultPrevented) return;
        event.preventDefault();
        goTo(address);
      }}
    >
      {children}
    </a>
  );
}
