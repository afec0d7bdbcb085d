"""What an admin wrote: config.yaml and rules/*.yaml as typed, frozen objects; every mistake named with its line."""
