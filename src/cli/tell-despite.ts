/** That a document was accepted with findings, in a few words: "despite 3 findings (2 edit, 1 figure)"; empty where it stood. */
export function tellDespite(despite: Readonly<Record<string, number>> | null): string {
  if (despite === null) return ''
  const counts = Object.entries(despite)
  const sum = counts.reduce((total, [, count]) => total + count, 0)
  const kinds = counts.map(([kind, count]) => `${count} ${kind}`).join(', ')
  return `despite ${sum} ${sum === 1 ? 'finding' : 'findings'} (${kinds})`
}
