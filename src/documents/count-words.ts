/**
 * The words a reader sees in Markdown before anything is unfolded: what stands in `<details>` does not count, nor do
 * marks of Markdown, link targets, or the ruling of tables. A number is a word.
 */
export function countVisibleWords(markdown: string): number {
  const visible = markdown
    .replace(/<details>[\s\S]*?<\/details>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\]\([^)]*\)/g, ' ')
    .replace(/[*_`|#>[\]]/g, ' ')
  return visible.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length
}
