/** The user of `known` that is called so; where none is written exactly so, those that are in whatever case. */
export function usersCalled(name: string, known: readonly string[]): readonly string[] {
  return known.includes(name) ? [name] : known.filter((user) => sameName(user) === sameName(name))
}

/** What is said where users were named in another case than they are logged in; nothing of those logged as named. */
export function usersMeant(names: readonly string[], known: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const called = usersCalled(name, known)
    return called.length === 0 || called.includes(name)
      ? []
      : [
          `No run is by "${name}" as written: ${called.join(' and ')} ${called.length === 1 ? 'is' : 'are'} meant.`,
        ]
  })
}

/** Names as they are compared: case, Unicode form and space around them do not matter. */
export function sameName(name: string): string {
  return name.normalize('NFC').trim().toLowerCase()
}
