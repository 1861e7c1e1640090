import { TestEnvironment } from 'jest-environment-node'
import vm from 'node:vm'

const { createContext } = vm

/**
 * Jest's own environment for Node, in a context whose global object is an ordinary one: each `Object`, `Map` or `Math`
 * that a module reads from jest's sandbox costs more than what is done with it. Should jest make its contexts in another
 * way one day, this changes nothing and the tests are slower.
 */
export default class OrdinaryEnvironment extends TestEnvironment {
  constructor(...given: ConstructorParameters<typeof TestEnvironment>) {
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY)
    try {
      super(...given)
    } finally {
      vm.createContext = createContext
    }
  }
}
