import mongoose from 'mongoose';

/** Marks a part of a record that only the folds write, so that Mongoose need not look into it. */
export const { Mixed } = mongoose.Schema.Types;
