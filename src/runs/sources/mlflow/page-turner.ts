/** Pages that say the same as the one before them are passed over so many times: a search may have empty ones in between. */
const MOST_ALIKE = 50

/** An answer that is one page of several. */
interface PageAnswer {
  readonly next_page_token?: string | undefined
}

/** The place of the page after this one: its token, undefined after the last, `endless` where there are more and none of them is new. */
export type NextPage =
  | { readonly kind: 'next'; readonly token: string }
  | { readonly kind: 'last' | 'endless' }

/** Why a list ends before its end. */
export const ENDLESS = 'the server says that there are more, and gives none'

/** Follows the pages of a server, and not for ever. */
export function pageTurner(): (page: PageAnswer) => NextPage {
  const turned = new Set<string>()
  let before = ''
  let alike = 0
  return ({ next_page_token: token, ...lists }) => {
    if (token === undefined || token === '') return { kind: 'last' }
    // The first of each list tells enough, and takes no time.
    const content = Object.values(lists)
      .map((rows) => (Array.isArray(rows) ? `${rows.length} ${JSON.stringify(rows[0])}` : ''))
      .join('\n')
    alike = content === before ? alike + 1 : 0
    before = content
    if (turned.has(token) || alike > MOST_ALIKE) return { kind: 'endless' }
    turned.add(token)
    return { kind: 'next', token }
  }
}
