"""The only package that speaks SQL: organisations, sheets, conversations and records.

Its exceptions:

    problems       DatabaseProblem      the database cannot be used; one sentence for operators
    column_types   Unstorable           a value that would not come back as it was written
    sheets         DefinitionChanged    a released version has got another content
    conversations  ConversationMoved    another process wrote this conversation first
    records        RevisionTaken        this revision exists with another content, or leaves a gap
    participants   CodeTaken            somebody else got this code in between
"""
