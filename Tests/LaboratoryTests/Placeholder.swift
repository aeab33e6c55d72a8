// Placeholder: the tests are being written.
