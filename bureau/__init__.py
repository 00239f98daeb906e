"""The portal: shared rooms that the domain apps stand on."""
