import type { TranslatedErrors } from '../load.ts';

export const INI_TEXTS: TranslatedErrors = {
  'ini.heading': {
    what: '„{text}“ ist keine Überschrift.',
    why: 'Ein Abschnitt beginnt mit seinem Namen in Klammern, etwa [office-proxy].',
    next: 'Berichtigen Sie die Zeile.',
  },
  'ini.section-twice': {
    what: 'Es gibt zwei Abschnitte namens {name}.',
    why: 'Regeln werden an ihren Namen unterschieden, ohne Rücksicht auf Groß- und Kleinschreibung.',
    next: 'Geben Sie einem davon einen anderen Namen.',
  },
  'ini.too-many': {
    what: 'Es gibt mehr als {most} Abschnitte.',
    why: 'Ein Gerät behält nicht mehr Regeln.',
    next: 'Nehmen Sie einige weg.',
  },
  'ini.line': {
    what: '„{text}“ wird nicht verstanden.',
    why: 'Eine Zeile ist ein Schlüssel, ein Gleichheitszeichen und ein Wert; eine Überschrift in Klammern; oder ein Kommentar, der mit # oder ; beginnt.',
    next: 'Berichtigen Sie die Zeile.',
  },
  'ini.outside': {
    what: 'Der Schlüssel {key} steht in keinem Abschnitt.',
    why: 'Jede Regel ist ein eigener Abschnitt und beginnt mit ihrem Namen in Klammern.',
    next: 'Setzen Sie eine Überschrift wie [office-proxy] darüber.',
  },
  'ini.key-twice': {
    what: 'Der Schlüssel {key} steht zweimal da.',
    why: 'Ein Abschnitt sagt alles nur einmal.',
    next: 'Nehmen Sie eines der beiden weg.',
  },
  'ini.quotes': {
    what: 'Die Anführungszeichen von {key} sind nicht geschlossen oder enthalten etwas Unlesbares.',
    why: 'Ein Wert, der mit einem doppelten Anführungszeichen beginnt, endet mit einem; darin ist \\" ein Anführungszeichen und \\\\ ein Rückstrich.',
    next: 'Berichtigen Sie den Wert, oder lassen Sie die Anführungszeichen weg.',
  },
  'ini.key': {
    what: 'Einen Schlüssel {key} gibt es nicht.',
    why: 'Hier gibt es: {known}.',
    next: 'Berichtigen Sie den Schlüssel, oder nehmen Sie die Zeile weg.',
  },
  'ini.key-other': {
    what: 'Der Schlüssel {key} passt nicht zum Typ {type}.',
    why: 'Dort würde es nichts ändern.',
    next: 'Nehmen Sie die Zeile weg, oder wählen Sie einen anderen Typ.',
  },
  'ini.key-beside': {
    what: 'Der Schlüssel {key} passt nicht zu {beside}.',
    why: 'Dort würde es nichts ändern.',
    next: 'Nehmen Sie eines der beiden weg.',
  },
  'ini.missing': {
    what: 'Der Schlüssel {key} fehlt.',
    why: 'Die Regel {section} kommt nicht ohne ihn aus.',
    next: 'Fügen Sie die Zeile {key} = … hinzu.',
  },
  'ini.value': {
    what: '„{value}“ passt nicht zu {key}.',
    why: 'Erwartet: {expected}.',
    next: 'Berichtigen Sie den Wert.',
  },
  'ini.name': {
    what: '„{name}“ kann nicht der Name einer Regel sein.',
    why: 'Ein Name hat 1 bis 64 sichtbare Zeichen.',
    next: 'Wählen Sie eine andere Überschrift.',
  },
  'ini.peer': {
    what: 'Der Abschnitt sagt nicht, welchen Peer er meint.',
    why: 'Es gibt: {peers}.',
    next: 'Fügen Sie die Zeile peer = NAME hinzu, oder nennen Sie den Peer für die ganze Datei.',
  },
  'ini.user': {
    what: 'Der Benutzer des SSH-Servers ist nicht bekannt.',
    why: 'Der Abschnitt nennt keinen, und dieses System sagt nicht, wer ClawReach ausführt.',
    next: 'Fügen Sie die Zeile ssh_user = NAME hinzu.',
  },
  'ini.empty': {
    what: 'Darin sind keine Regeln.',
    why: 'Es gibt keinen Abschnitt; ein Abschnitt beginnt mit seinem Namen in Klammern.',
    next: 'Prüfen Sie, ob es die richtige Datei ist.',
  },
};
