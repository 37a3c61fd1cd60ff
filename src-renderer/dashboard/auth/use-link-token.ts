import { createContext, useCallback, useContext, useEffect, useState } from 'react';
import { linkTokenIn, type LinkToken } from './link-token.ts';

/** Context with a token to use instead of that of the address, for stories. */
export const LinkTokenContext = createContext<LinkToken | undefined>(undefined);

/** Returns the token of the link by which the page was opened, and a function that takes it out of the address once it was used. */
export function useLinkToken(): readonly [token: LinkToken | undefined, forget: () => void] {
  const given = useContext(LinkTokenContext);
  const [token, setToken] = useState(() => given ?? linkTokenIn(window.location.hash));
  useEffect(() => {
    const read = (): void => setToken(linkTokenIn(window.location.hash));
    // The same tab can open another link of the page.
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, []);
  const forget = useCallback(() => {
    const { pathname, search } = window.location;
    window.history.replaceState(null, '', `${pathname}${search}`);
    setToken(undefined);
  }, []);
  return [token, forget];
}
