import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { createBrowserRouter, RouterProvider } from "react-router";

import { AnnouncerProvider } from "@/shared/ui/announcer";

import { Gate } from "./Gate";
import { AcceptPage } from "./pages/AcceptPage";
import { BrokenPage } from "./pages/BrokenPage";
import { ConversationPage } from "./pages/ConversationPage";
import { HistoryPage } from "./pages/HistoryPage";
import { CarePage } from "./pages/CarePage";
import { HomePage } from "./pages/HomePage";
import { LivePage } from "./pages/LivePage";
import { NotFoundPage } from "./pages/NotFoundPage";
import { PersonConversationPage, PersonPage } from "./pages/PersonPage";
import { RecordingPage } from "./pages/RecordingPage";
import { SettingsPage } from "./pages/SettingsPage";
import { SharedPage } from "./pages/SharedPage";
import { WatchPage } from "./pages/WatchPage";
import { ConversationTimelinePage, TimelinePage } from "./pages/TimelinePage";
import { createQueryClient } from "./query-client";

function createRouter() {
  return createBrowserRouter([
    { path: "/shared", element: <SharedPage />, errorElement: <BrokenPage /> },
    { path: "/watch", element: <WatchPage />, errorElement: <BrokenPage /> },
    {
      path: "/",
      element: <Gate />,
      errorElement: <BrokenPage />,
      children: [
        { index: true, element: <HomePage /> },
        { path: "recordings/:id", element: <RecordingPage /> },
        { path: "live", element: <LivePage /> },
        { path: "history", element: <HistoryPage /> },
        { path: "conversations/:id", element: <ConversationPage /> },
        { path: "settings", element: <SettingsPage /> },
        { path: "timeline", element: <TimelinePage /> },
        {
          path: "conversations/:conversationId/timeline",
          element: <ConversationTimelinePage />,
        },
        { path: "care", element: <CarePage /> },
        { path: "care/accept", element: <AcceptPage /> },
        { path: "care/people/:linkId", element: <PersonPage /> },
        {
          path: "care/people/:linkId/conversations/:conversationId",
          element: <PersonConversationPage />,
        },
        { path: "*", element: <NotFoundPage /> },
      ],
    },
  ]);
}

export function App() {
  const [queries] = useState(createQueryClient);
  const [router] = useState(createRouter);
  return (
    <QueryClientProvider client={queries}>
      <AnnouncerProvider>
        <RouterProvider router={router} />
      </AnnouncerProvider>
    </QueryClientProvider>
  );
}
