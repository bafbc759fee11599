/** Pages that say the same as the one before them are passed over so many times: a search may have empty ones in between. */
const MOST_ALIKE = 50

/** An answer that is one page of several: a token, and lists. */
interface PageAnswer {
  readonly next_page_token?: string | undefined
}

/** What comes after a page. */
export interface NextPage {
  /** The token of the next page; null where there is none to ask for. */
  readonly token: string | null
  /** Whether the page says what the one before it did. */
  readonly isRepeated: boolean
  /** Whether the server says that there are more, and none of them is new. */
  readonly isEndless: boolean
}

/** Why a list ends before its end. */
export const ENDLESS = 'the server says that there are more, and gives none'

/** Follows the pages of a server, and not for ever. */
export function pageTurner(): (page: PageAnswer) => NextPage {
  const turned = new Set<string>()
  let before: readonly unknown[] | null = null
  let alike = 0
  return ({ next_page_token: token, ...lists }) => {
    const content = Object.values(lists)
    const isRepeated = before !== null && isSame(content, before)
    before = content
    alike = isRepeated ? alike + 1 : 0
    if (token === undefined || token === '') return { token: null, isRepeated, isEndless: false }
    if (turned.has(token) || alike > MOST_ALIKE) return { token: null, isRepeated, isEndless: true }
    turned.add(token)
    return { token, isRepeated, isEndless: false }
  }
}

/** Nearly always the beginning tells that two pages differ, and takes no time. */
function isSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return beginning(left) === beginning(right) && JSON.stringify(left) === JSON.stringify(right)
}

function beginning(lists: readonly unknown[]): string {
  return lists
    .map((rows) => (Array.isArray(rows) ? `${rows.length} ${JSON.stringify(rows[0])}` : ''))
    .join('\n')
}
