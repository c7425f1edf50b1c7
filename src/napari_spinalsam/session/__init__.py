"""A review session without a window: state, operations, history."""
