/** Where the tests of a run ask for its broker. */
export const starterVariable = 'NOVA_TEST_KAFKA_STARTER';
