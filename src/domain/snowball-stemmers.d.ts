declare module 'snowball-stemmers' {
  const snowball: { newStemmer(algorithm: 'finnish' | 'swedish' | 'english'): { stem(word: string): string } }
  export default snowball
}
